"""How every list of the API is read: in a total order, page by page or as a stream, in three forms."""
