import * as z from 'zod';
import { isObject, type JsonObject } from '../base/json.ts';

/** An object that is passed on as it is: a schema that looks inside would hand back a copy. */
export const jsonObject = z
  .custom<JsonObject>(isObject, {
    error: ({ input }) =>
      typeof input === 'string' ? 'Give the JSON object itself, not a string that holds it.' : 'Give a JSON object.',
  })
  .meta({ type: 'object' });
