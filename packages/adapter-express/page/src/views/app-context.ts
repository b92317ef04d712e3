import { createContext } from 'preact';
import { useContext } from 'preact/hooks';
import type { PageApp } from '../page-app.ts';

/** Hands the page to its views. */
export const AppContext = createContext<PageApp | undefined>(undefined);

/** The page that a view belongs to. */
export function useApp(): PageApp {
  const app = useContext(AppContext);
  if (app === undefined) throw new Error('A view is drawn outside of the page.');
  return app;
}
