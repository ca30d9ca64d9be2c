"""The face's own light and dark: what a blur or a mosaic leaves of it, held against candidates'."""
