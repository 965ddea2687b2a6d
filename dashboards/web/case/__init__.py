"""What the case page changes and makes: the diary on the disk, dossiers in a process of their own."""
