import { AppError } from "@agentpod/core/errors";

/** This process may not go on with an operation: another has it, or this one stops. Nothing of it is to be written any more. */
export class OperationLost extends AppError {
  constructor() {
    super("conflict", "Another control plane has gone on with this operation.");
  }
}

/**
 * What was lost never settles: the library of workflows would keep an error as how the step ended, and tell it to whoever goes on.
 */
export function heedLost<T>(work: Promise<T>, onLost: () => void): Promise<T> {
  return new Promise((resolve, reject) => {
    work.then(resolve, (error: unknown) => {
      if (error instanceof OperationLost) onLost();
      else reject(error);
    });
  });
}
