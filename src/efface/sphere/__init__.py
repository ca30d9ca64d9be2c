"""All-round pictures: where a picture's pixels lie on the sphere about the camera."""
