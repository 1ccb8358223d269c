"""One uploaded file -> typed rows and problems. The way in is staging.stage; nothing here knows the warehouse."""
