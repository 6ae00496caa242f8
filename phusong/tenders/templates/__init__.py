"""Word templates a department can edit, one folder a language, and the script that first made them."""
