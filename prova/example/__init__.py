"""The month of `prova demo`: labelled examples, played and not measured."""
