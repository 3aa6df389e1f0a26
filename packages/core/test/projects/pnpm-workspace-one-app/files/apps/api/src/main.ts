app.listen({ port: 4100 });
