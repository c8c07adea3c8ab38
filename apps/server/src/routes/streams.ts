import { StreamBody, type Call, type Reply } from '../http/endpoint.js';
import type { HostedRepository } from '../repositories/repositories.js';
import { acquireNamed, type RouteParts } from './parts.js';

/** As `readRepository`, for answers that are made piece by piece: the repository stays open until the last piece is sent. */
export async function streamRepository(
  parts: RouteParts, call: Call, work: (hosted: HostedRepository) => Reply | Promise<Reply>,
): Promise<Reply> {
  const lease = await acquireNamed(parts, call);
  let isHeld = false;
  try {
    const given = await work(lease.resource);
    const { body } = given;
    if (!(body instanceof StreamBody)) return given;
    isHeld = true;
    const close = (): void => {
      body.options.close?.();
      lease.release();
    };
    return { ...given, body: new StreamBody(body.contentType, body.pieces, { ...body.options, close }) };
  } finally {
    if (!isHeld) lease.release();
  }
}
