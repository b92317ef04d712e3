export {
  type ExpressMetricsRouteOptions,
  type ExpressRequest,
  type PubpipeRouter,
  type PubpipeRouterOptions,
  pubpipeRouter,
} from './pubpipe-router.ts';
export { sendProblem } from './send-problem.ts';
