import { useState } from 'preact/hooks';
import { messageOf } from '../api/api-problem.ts';
import { useApp } from './app-context.ts';

/** Work that a button begins: one at a time, and what became of it when it came to nothing. */
export function useAction<Name extends string>() {
  const { announcer } = useApp();
  const [busy, setBusy] = useState<Name | undefined>();
  const [problem, setProblem] = useState<string | undefined>();

  async function act(name: Name, work: () => Promise<void>): Promise<void> {
    // Not `disabled`: the focus would be lost.
    if (busy !== undefined) return;
    setBusy(name);
    setProblem(undefined);
    try {
      await work();
    } catch (error) {
      announcer.say(messageOf(error));
      setProblem(messageOf(error));
    }
    setBusy(undefined);
  }

  return { busy, problem, act };
}
