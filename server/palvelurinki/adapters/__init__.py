"""What the ports need from the outside world, one package for each technology."""
