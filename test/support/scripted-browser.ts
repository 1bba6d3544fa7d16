/**
 * Goes where a person would: follows redirects with its cookies, fills in and sends every form as this person, and stops
 * at a page without one. @returns its text.
 */
export async function browse(start: string, person: string): Promise<string> {
  const cookies = new Map<string, string>();
  let url = start;
  let sent: URLSearchParams | null = null;
  for (let step = 0; step < 30; step++) {
    const response: Response = await fetch(url, {
      method: sent === null ? 'GET' : 'POST',
      redirect: 'manual',
      headers: { cookie: [...cookies].map(([name, value]) => `${name}=${value}`).join('; ') },
      ...(sent === null ? {} : { body: sent }),
    });
    for (const line of response.headers.getSetCookie()) {
      const [pair = ''] = line.split(';');
      cookies.set(pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1));
    }
    const text = await response.text();
    const onward = response.headers.get('location');
    const form = onward === null ? /<form[^>]*action="([^"]+)"[^>]*>([\s\S]*?)<\/form>/.exec(text) : null;
    if (onward === null && form === null) return text;
    sent = form === null ? null : fieldsIn(form[2] ?? '', person);
    url = new URL(onward ?? form?.[1] ?? '', url).href;
  }
  throw new Error(`It goes on and on at ${url}.`);
}

function fieldsIn(form: string, person: string): URLSearchParams {
  const fields = new URLSearchParams();
  for (const [input] of form.matchAll(/<input[^>]*>/g)) {
    const name = /name="([^"]+)"/.exec(input)?.[1];
    if (name !== undefined) fields.set(name, /value="([^"]*)"/.exec(input)?.[1] ?? person);
  }
  return fields;
}
