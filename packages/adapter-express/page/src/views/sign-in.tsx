import type { TargetedSubmitEvent } from 'preact';
import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import { isKey } from '../api/session-key.ts';
import { useApp } from './app-context.ts';
import { PageHeading } from './page-heading.tsx';

/** Asks for the key. */
export function SignIn({ wasRefused }: { readonly wasRefused: boolean }) {
  const app = useApp();
  const input = useRef<HTMLInputElement>(null);
  const [problem, setProblem] = useState(wasRefused ? 'The server does not accept this key.' : undefined);
  useLayoutEffect(() => input.current?.focus(), []);

  function submit(event: TargetedSubmitEvent<HTMLFormElement>): void {
    event.preventDefault();
    const key = input.current?.value.trim() ?? '';
    if (isKey(key)) {
      app.useKey(key);
      return;
    }
    setProblem(key === '' ? 'Enter your key.' : 'A key has neither spaces nor letters with accents.');
    input.current?.focus();
  }

  return (
    <form class="sign-in card" onSubmit={submit} noValidate>
      <PageHeading title="Sign in" />
      <label for="key">API key</label>
      <input
        ref={input}
        id="key"
        type="password"
        autoComplete="off"
        spellcheck={false}
        required
        aria-invalid={problem !== undefined}
        aria-describedby={problem === undefined ? 'key-hint' : 'key-problem key-hint'}
      />
      {problem !== undefined && (
        <p id="key-problem" class="field-problem">
          {problem}
        </p>
      )}
      <p id="key-hint" class="hint">
        It stays in this tab: closing the tab, or signing out, forgets it.
      </p>
      <button type="submit" class="button primary">
        Sign in
      </button>
    </form>
  );
}
