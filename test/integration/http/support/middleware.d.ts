/** Middleware that hosts mount: what tests use of it. Their own types are those of one version of Express. */
declare module 'compression' {
  import type { RequestHandler } from 'express';

  export default function compression(options?: { readonly threshold?: number }): RequestHandler;
}

declare module 'cors' {
  import type { RequestHandler } from 'express';

  export default function cors(options?: { readonly origin?: string }): RequestHandler;
}

declare module 'express-session' {
  import type { RequestHandler } from 'express';

  export default function session(options: {
    readonly secret: string;
    readonly resave: boolean;
    readonly saveUninitialized: boolean;
  }): RequestHandler;
}

declare module 'multer' {
  import type { RequestHandler } from 'express';

  export default function multer(): { readonly any: () => RequestHandler };
}
