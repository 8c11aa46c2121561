import * as z from 'zod';
import { REQUEST_ID } from '../gateway/gateway.ts';

/** The argument by which tools name a job. */
export const requestId = z
  .string()
  .regex(REQUEST_ID, 'This is not a request_id: give the one that update_template answered with')
  .describe('The job’s id from update_template, such as "c546520207fb4b68b0adce825f9dcf6d".');
