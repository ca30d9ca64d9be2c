"""Originals under seal: age encryption to those who may open them."""
