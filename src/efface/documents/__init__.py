"""Documents: typed models of all that is read and written as JSON or TOML, errors that name the
place of a fault, and the schemas that are published."""
