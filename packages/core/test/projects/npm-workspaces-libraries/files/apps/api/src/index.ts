app.listen(4200)
