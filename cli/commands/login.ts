import type { LoginIssuer, LoginView } from '#controller';
import { CommandError } from '../command-error.ts';
import { ELSEWHERE } from '../command-line/options.ts';
import { type CommandContext, type CommandRow, optionNumber, optionText } from '../command.ts';
import { EXIT } from '../exit-codes.ts';
import { controllerIn } from '../login/controller-option.ts';
import { momentAndAge } from '../text/when.ts';

/** `rosctl login`, as help, completion and the parser know it. */
export const row: CommandRow = {
  name: 'login',
  summary: "log in at a controller elsewhere, with your company's identity provider",
  options: [
    ...ELSEWHERE,
    { name: 'issuer', value: 'URL', summary: 'the identity provider, where the controller names several' },
    { name: 'device', summary: 'by a code on another device, where this machine has no browser' },
    {
      name: 'port',
      value: 'PORT',
      default: '0',
      summary: 'port of this machine that the browser comes back to, 0: any',
    },
  ],
  examples: [
    'rosctl login --controller https://gitops.example.net',
    'rosctl login --controller https://gitops.example.net --device',
  ],
  notes: [
    'The tokens lie by controller in routeros-gitops/logins.json in your configuration folder (XDG_CONFIG_HOME or ~/.config), mode 0600, and are renewed by themselves. rosctl logout removes them.',
    'Then every reading command takes --controller URL, or ROSCTL_CONTROLLER.',
  ],
};

/** `rosctl login`: by a browser on this machine or a code on another. */
export async function run(context: CommandContext): Promise<number> {
  const { output, signal } = context;
  const url = controllerIn(context);
  const [{ fetchOf }, { logIn }, { controllerKey, keepLogin, loginsPath, withLogins }] = await Promise.all([
    import('../login/provider.ts'),
    import('../login/log-in.ts'),
    import('../login/token-store.ts'),
  ]);
  const fetch = await fetchOf(context);
  const issuer = issuerOf(await loginInfo(fetch, controllerKey(url), signal), optionText(context, 'issuer'));
  const way = {
    device: context.options['device'] === true,
    port: optionNumber(context, 'port', 0, 65_535),
    tell: (text: string) => output.note(text),
  };
  const login = await logIn(issuer, way, fetch, signal);
  const file = loginsPath(context);
  await withLogins(file, async () => await keepLogin(file, url, login));
  const controller = controllerKey(url);
  const told = { controller, issuer: issuer.url, until: login.expiresAt, renewed: login.refreshToken !== null };
  await output.result('login', told, () => {
    const until = told.renewed ? 'renewed by itself' : `until ${momentAndAge(told.until, Date.now())}`;
    return `${output.style.good(`logged in at ${controller}, ${until}`)}\n  next: rosctl access me --controller ${controller}`;
  });
  return EXIT.ok;
}

async function loginInfo(
  fetch: (url: string, options?: object) => Promise<Response>,
  controller: string,
  signal: AbortSignal,
): Promise<LoginView> {
  const hint = 'see that the URL is that of a controller with --http';
  let response: Response;
  try {
    response = await fetch(`${controller}/api/v1/login`, { signal, redirect: 'error' });
  } catch (error) {
    signal.throwIfAborted();
    const cause = error instanceof Error && error.cause instanceof Error ? error.cause.message : String(error);
    throw new CommandError('unavailable', `${controller} can not be asked: ${cause}`, hint);
  }
  if (!response.ok) throw new CommandError('unavailable', `${controller} answers ${String(response.status)}`, hint);
  const told = (await response.json().catch(() => null)) as LoginView | null;
  if (Array.isArray(told?.issuers)) return told;
  throw new CommandError('unavailable', `${controller} does not answer as a controller does`, hint);
}

function issuerOf({ issuers }: LoginView, named: string | undefined): LoginIssuer {
  const known = issuers.map(({ url }) => url).join(', ');
  const found = issuers.filter(({ url }) => named === undefined || url === named);
  const [issuer] = found;
  if (issuer !== undefined && found.length === 1) return issuer;
  if (issuers.length === 0)
    throw new CommandError(
      'failure',
      'nobody logs in there with an identity provider',
      'ask the operator for a token: ROUTEROS_GITOPS_TOKEN',
    );
  throw new CommandError('usage', `--issuer must be one of ${known}`);
}
