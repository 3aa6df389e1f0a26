/** What the engine itself said no to when it was asked about an object: handed on as it is. */
export class EngineRefusal extends Error {
  readonly status: number;
  readonly value: unknown;

  constructor(status: number, value: unknown) {
    super(`the engine answered ${status}`);
    this.name = "EngineRefusal";
    this.status = status;
    this.value = value;
  }
}
