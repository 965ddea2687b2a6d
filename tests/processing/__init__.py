"""Every place where Prova keeps a field or sends one, walked as it really is."""
