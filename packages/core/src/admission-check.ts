import { AppError } from "./errors.ts";
import type { PodSpec } from "./pod-spec.ts";
import { usageOf } from "./quota-check.ts";

/** What is free on the server a pod would run on. */
export interface MachineRoom {
  memoryFreeMb: number;
  diskFreeMb: number;
  /** Where known, the reserve is at least a twentieth of it. */
  memoryTotalMb?: number;
}

/** MiB that stay free on any machine. */
export const minimumReserveMb = 256;
export const diskReserveMb = 1024;

/** Limits may overcommit: few pods use all they may. A quarter of what is asked for has to be there now. */
const shareNow = 0.25;

/**
 * Throws `unavailable`, saying what is left, when starting this much more would bring the machine near its end. For an
 * update, `before` is the spec that runs already: only what is asked beyond it counts.
 */
export function checkAdmission(asked: PodSpec, machine: MachineRoom, before: PodSpec | null = null): void {
  const extraMb = Math.max(0, usageOf(asked).memoryMb - (before ? usageOf(before).memoryMb : 0));
  if (before !== null && extraMb === 0) return;
  const reserveMb = Math.max(minimumReserveMb, Math.ceil((machine.memoryTotalMb ?? 0) / 20));
  const neededMb = reserveMb + Math.ceil(extraMb * shareNow);
  if (machine.memoryFreeMb < neededMb) {
    throw new AppError(
      "unavailable",
      `The machine has ${Math.floor(machine.memoryFreeMb)} MB of memory left; this pod needs ${neededMb} MB free ` +
        `(${reserveMb} MB stay in reserve). Stop a pod, ask for less memory, or add a server.`,
    );
  }
  if (machine.diskFreeMb < diskReserveMb) {
    throw new AppError(
      "unavailable",
      `The disk has ${Math.floor(machine.diskFreeMb)} MB left; ${diskReserveMb} MB stay in reserve. Delete what is not needed, or add disk.`,
    );
  }
}
