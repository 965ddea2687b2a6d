"""`prova fleet`, in parts."""
