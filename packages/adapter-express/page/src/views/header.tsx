import { useObservable } from '../parts/use-observable.ts';
import { useApp } from './app-context.ts';
import { ConnectionStatus } from './connection-status.tsx';

/** Whose page it is, and how its connection is. */
export function Header() {
  const app = useApp();
  const access = useObservable(app);
  const hasKey = access.kind !== 'needs-key' && app.key.value !== undefined;
  return (
    <header class="header">
      <div class="header-content">
        <a class="brand" href="#/">
          <img src="icon.svg" alt="" width="28" height="28" />
          <span>{app.title}</span>
        </a>
        <ConnectionStatus />
        {hasKey && (
          <button type="button" class="button quiet" onClick={() => app.signOut()}>
            Sign out
          </button>
        )}
      </div>
    </header>
  );
}
