import * as z from 'zod';
import { REQUEST_ID } from '../gateway/gateway.ts';

/** The argument by which tools name a job. */
export const requestId = z
  .string()
  .regex(REQUEST_ID, 'This is not a request_id: give the one that update_template answered with')
  .describe('Job id from update_template, e.g. "c5465202…".');
