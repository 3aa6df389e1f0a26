"use client";
import { type AppError, toAppError } from "@agentpod/core/errors";
import { useMutation } from "@tanstack/react-query";
import { useToast } from "../ui/toast.tsx";

interface Act<I, O> {
  run(input: I): Promise<O>;
  /** Said when it worked. */
  done?(output: O, input: I): string;
  onDone?(output: O, input: I): void;
  /** True: the error is shown at its place, and needs no toast. */
  onError?(error: AppError, input: I): boolean | undefined;
}

/** Something that the user does: runs once per press, says what came of it, and shows the API's own sentence when it failed. */
export function useAct<I = void, O = unknown>(act: Act<I, O>) {
  const toast = useToast();
  return useMutation<O, unknown, I>({
    mutationFn: act.run,
    onSuccess(output, input) {
      const said = act.done?.(output, input);
      if (said !== undefined) toast.say(said);
      act.onDone?.(output, input);
    },
    onError(thrown, input) {
      const error = toAppError(thrown);
      if (act.onError?.(error, input) !== true) toast.fail(error);
    },
  });
}
