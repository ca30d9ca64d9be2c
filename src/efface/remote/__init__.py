"""Files that lie on another machine: where (``address``), and how they are listed, fetched and put
there (``interface``; one file for each kind of server)."""
