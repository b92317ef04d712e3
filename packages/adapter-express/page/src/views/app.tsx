import { useObservable } from '../parts/use-observable.ts';
import { Announcements } from './announcements.tsx';
import { useApp } from './app-context.ts';
import { DropTarget } from './drop-target.tsx';
import { Header } from './header.tsx';
import { JobPage } from './job/job-page.tsx';
import { ListPage } from './list/list-page.tsx';
import { SignIn } from './sign-in.tsx';

/** Everything on the screen. */
export function App() {
  return (
    <>
      <button type="button" class="skip-link button primary" onClick={skipToMain}>
        Skip to the content
      </button>
      <Header />
      <main id="main" tabIndex={-1}>
        <Content />
      </main>
      <Announcements />
    </>
  );
}

function Content() {
  const app = useApp();
  const access = useObservable(app);
  const route = useObservable(app.router);
  if (access.kind === 'needs-key') return <SignIn wasRefused={access.wasRefused} />;
  if (access.kind === 'checking') return <p class="loading">Connecting …</p>;
  return (
    <>
      {route.view === 'list' ? <ListPage route={route} /> : <JobPage key={route.id} />}
      <DropTarget />
    </>
  );
}

/** A link can't do it: the fragment of the address is the route. */
function skipToMain(): void {
  document.querySelector<HTMLElement>('#main')?.focus();
}
