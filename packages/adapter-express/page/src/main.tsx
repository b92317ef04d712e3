import { render } from 'preact';
import { PageApp } from './page-app.ts';
import { App } from './views/app.tsx';
import { AppContext } from './views/app-context.ts';

const root = document.querySelector<HTMLElement>('#app');
const apiPath = document.querySelector<HTMLMetaElement>('meta[name="pubpipe-api"]')?.content;
if (root === null || apiPath === undefined) throw new Error('This is not the HTML of the page.');

const app = new PageApp({
  title: root.dataset['title'] ?? '',
  apiBase: new URL(`${apiPath}/`.replace(/\/+$/, '/'), document.baseURI),
});
root.replaceChildren();
render(
  <AppContext.Provider value={app}>
    <App />
  </AppContext.Provider>,
  root,
);
app.start();
