"""Files made of ISO base media boxes: AVIF and HEIC stills share all but the codec."""
