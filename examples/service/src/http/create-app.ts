import { type PubpipeRouter, sendProblem } from '@pubpipe/adapter-express';
import { pubpipePage } from '@pubpipe/adapter-express/page';
import { PubpipeError } from '@pubpipe/core';
import type { ApiKeys } from '@pubpipe/core/http';
import express, { type Express, type NextFunction, type Request, type Response } from 'express';
import helmet from 'helmet';
import type { Logger } from 'pino';
import type { ApiSettings } from '../settings/api-settings.ts';
import { limitRequests } from './limit-requests.ts';
import { logRequests } from './log-requests.ts';

/** Where the routes of pubpipe are. */
export const apiPath = '/api';

/** Puts the routes of pubpipe into an Express application, with what should stand before and behind them. */
export function createApp(options: {
  readonly router: PubpipeRouter;
  readonly keys: ApiKeys;
  readonly settings: ApiSettings;
  readonly logger: Logger;
}): Express {
  const { router, keys, settings, logger } = options;
  const app = express();
  app.set('trust proxy', settings.TRUSTED_PROXIES);
  app.use(helmet());
  app.use(logRequests(logger));
  // People get a page at /, and type in the key that programs send.
  app.use(pubpipePage({ apiPath }));
  app.use(apiPath, limitRequests({ keys, perMinute: settings.REQUESTS_PER_MINUTE }), router);
  // Pages and routes of your own go here.
  app.use((request: Request, response: Response) => {
    const failure = new PubpipeError('ROUTE_NOT_FOUND', `There is nothing here; the routes are below ${apiPath}.`);
    sendProblem(request, response, failure);
  });
  // Express takes a function for one that gets errors by its four parameters.
  app.use((error: unknown, request: Request, response: Response, next: NextFunction) => {
    logger.error({ err: error, path: request.path }, 'a request failed');
    if (response.headersSent) next(error);
    else sendProblem(request, response, error);
  });
  return app;
}
