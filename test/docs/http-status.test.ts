import { describe, expect, it } from 'vitest';
import { FAILURES } from '#controller';
import { Failure } from '#failure';
import { failedAnswer } from '../../controller/doors/told-failure.ts';
import { HTTP_STATUS, httpStatusOf } from '../../controller/telemetry/http-status.ts';

describe('the status of HTTP', () => {
  it('is said of every failure, and of nothing else', () => {
    expect(Object.keys(HTTP_STATUS).toSorted()).toEqual(Object.keys(FAILURES).toSorted());
  });

  it.each(Object.entries(HTTP_STATUS))('%s: %i goes with whether it is worth asking again', (code, status) => {
    const { body } = failedAnswer(new Failure(code, 'why'), 'c1');
    expect(body).toMatchObject({ code, message: 'why', correlationId: 'c1', field: null });
    expect(body.hint).not.toBe('');
    if (status === 429 || status === 503) expect(body.retryAfterSeconds).toBeGreaterThan(0);
    else expect(body.retryAfterSeconds).toBeNull();
    expect(status).toBeGreaterThanOrEqual(400);
    expect(status).toBeLessThan(600);
  });

  it('is 500 for a defect, of which nothing is told', () => {
    expect(httpStatusOf('Nonsense')).toBe(500);
    const { status, body } = failedAnswer(new Error('password is S3cret'), 'c1');
    expect(status).toBe(500);
    expect(JSON.stringify(body)).not.toContain('S3cret');
    expect(body).toMatchObject({ code: 'Internal', correlationId: 'c1', retryable: false });
  });

  it('is that of the HTTP library where that refuses a request', () => {
    const tooLarge = Object.assign(new Error('Request body is too large'), { statusCode: 413 });
    expect(failedAnswer(tooLarge, 'c1')).toMatchObject({ status: 413, body: { code: 'BadRequest' } });
  });

  it('comes with the field that is wrong and how long to wait, where they are known', () => {
    const failure = new Failure('TooManyRequests', 'wait', { field: 'limit', retryAfterSeconds: 17 });
    expect(failedAnswer(failure, 'c1')).toMatchObject({ status: 429, body: { field: 'limit', retryAfterSeconds: 17 } });
  });
});
