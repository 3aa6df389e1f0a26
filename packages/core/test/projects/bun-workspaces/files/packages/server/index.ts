new Elysia().listen(3000)
