"""The clock: a file here is a scheduled job."""
