import * as z from 'zod';
import type { JsonObject } from '../gateway/gateway.ts';

/** An object that is passed on as it is: a schema that looks inside would hand back a copy. */
export const jsonObject = z
  .custom<JsonObject>(
    value => typeof value === 'object' && value !== null && !Array.isArray(value),
    'Expected an object',
  )
  .meta({ type: 'object' });
