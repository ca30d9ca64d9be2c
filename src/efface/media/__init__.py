"""Reading and writing files: one module or folder a format family, behind ``interface``."""
