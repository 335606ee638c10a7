import { afterEach, describe, expect, it, vi } from 'vitest';

import { setLanguage } from '@/messages';

import { api, unwrap } from './client';

describe('a request', () => {
  afterEach(async () => {
    vi.unstubAllGlobals();
    await setLanguage('en');
  });

  it('asks for sentences in the language of the page', async () => {
    const asked: (string | null)[] = [];
    vi.stubGlobal('fetch', async (request: Request) => {
      asked.push(request.headers.get('Accept-Language'));
      return Response.json({});
    });
    await unwrap(api.GET('/overview'));
    await setLanguage('de');
    await unwrap(api.GET('/overview'));
    expect(asked).toEqual(['en', 'de']);
  });
});
