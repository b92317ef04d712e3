import { noTrap, type StepTrap, setStepTrap } from './step-trap.ts';
import { type StepName, stepOf } from './steps.ts';

/** The trap of a process that is told to kill itself at a step, or none. */
export function trapOf({
  step,
  stepNote,
}: {
  readonly step?: StepName | undefined;
  readonly stepNote?: string | undefined;
}): StepTrap {
  return step === undefined || stepNote === undefined ? noTrap : setStepTrap(stepOf(step).trigger, stepNote);
}
