from fastapi import FastAPI

app = FastAPI()


@app.get("/healthz")
def healthz():
    return {"well": True}


@app.get("/")
def hello():
    return {"hello": "world"}
