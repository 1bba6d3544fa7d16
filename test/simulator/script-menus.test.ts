import { beforeEach, describe, expect, it } from 'vitest';
import { callerWith } from '../support/memory-console.ts';
import { scriptRig, type ScriptRig } from '../support/script-rig.ts';

let rig: ScriptRig;
beforeEach(() => {
  rig = scriptRig();
});

async function addHosts(): Promise<void> {
  await rig.run(`/ip dns static
add name=a.lan address=10.0.0.1 ttl=10m comment="first host"
add name=b.lan address=10.0.0.2 ttl=1h disabled=yes
add name=c.lan address=10.0.1.3 ttl=1d comment="third"`);
}

async function found(condition: string): Promise<string> {
  return await rig.run(
    `:local out ""; :foreach i in=[/ip/dns/static find where ${condition}] do={:set out ($out . [/ip/dns/static get $i name] . " ")}; :put $out`,
  );
}

describe('paths', () => {
  it.each([
    '/ip/dns/static add name=x',
    '/ip dns static add name=x',
    '/ip/dns/static\nadd name=x',
    '/ip dns\nstatic add name=x',
    '/ip/dns/static {add name=x}',
    '/ip/address\n../dns/static add name=x',
    '{/ip/dns/static\nadd name=x}',
  ])('%j adds one row', async (script) => {
    expect(await rig.run(script)).toBe('');
    expect(rig.names('/ip/dns/static')).toEqual(['x']);
  });

  it('a menu line holds to the end of its block', async () => {
    expect(await rig.run('{/ip/dns/static\nadd name=x}\nadd name=y')).toBe('bad command name add (line 3 column 1)');
  });

  it('a substitution starts in the menu of its command', async () => {
    await addHosts();
    expect(await rig.run('/ip dns static remove [find name=a.lan]; :put [/ip dns static print count-only]')).toBe('2');
  });

  it('the language is at hand in every menu', async () => {
    expect(await rig.run('/ip/dns/static\nput here\n:put there')).toBe('here\r\nthere');
  });
});

describe('where', () => {
  beforeEach(addHosts);

  it.each([
    ['name="a.lan"', 'a.lan '],
    ['name=a.lan', 'a.lan '],
    ['name = "a.lan"', 'a.lan '],
    ['name!=a.lan', 'b.lan c.lan '],
    ['disabled', 'b.lan '],
    ['!disabled', 'a.lan c.lan '],
    ['disabled=yes', 'b.lan '],
    ['dynamic=no', 'a.lan b.lan c.lan '],
    ['comment', 'a.lan c.lan '],
    ['!comment', 'b.lan '],
    ['comment=""', 'b.lan '],
    ['comment="first host"', 'a.lan '],
    ['comment~"^th"', 'c.lan '],
    ['ttl=00:10:00', 'a.lan '],
    ['ttl="10m"', 'a.lan '],
    ['ttl>30m', 'b.lan c.lan '],
    ['address=10.0.0.2', 'b.lan '],
    ['address in 10.0.0.0/24', 'a.lan b.lan '],
    ['address>10.0.0.1', 'b.lan c.lan '],
    ['name=a.lan or name=c.lan', 'a.lan c.lan '],
    ['disabled=no and address in 10.0.0.0/24', 'a.lan '],
    ['!disabled address in 10.0.0.0/24', 'a.lan '],
    ['(name="a.lan" or name="b.lan") and !disabled', 'a.lan '],
    ['(name="a.lan" || disabled) && ttl=1h', 'b.lan '],
    ['not (name="a.lan")', 'b.lan c.lan '],
    ['name=[:tostr "c.lan"]', 'c.lan '],
    ['name=("c" . ".lan")', 'c.lan '],
    ['$disabled=true', 'b.lan '],
    ['name="nobody"', ''],
    ['no-such-property=1', ''],
    ['.id=*1', 'a.lan '],
  ])('%s finds %j', async (condition, names) => {
    expect(await found(condition)).toBe(names);
  });

  it('find takes conditions without the word where', async () => {
    expect(await rig.run('/ip/dns/static; :put [:len [/ip/dns/static find name=a.lan disabled=no]]')).toBe('1');
    expect(await rig.run(':put [:len [/ip/dns/static find]]')).toBe('3');
  });

  it('a value from a variable with a name of its own is compared', async () => {
    expect(await rig.run(':local rgName "b.lan"; :put [/ip/dns/static find where name=$rgName]')).toBe('*2');
  });

  it('trap: a variable named like a property is that property, so every row matches', async () => {
    expect(await rig.run(':local name "b.lan"; :put [/ip/dns/static find where name=$name]')).toBe('*1;*2;*3');
    expect(await rig.run(':local address "b"; :put [/ip/dns/static find where address="$address"]')).toBe('*1;*2;*3');
    expect(await rig.run(':local name "b.lan"; :put [/ip/dns/static find where name=[:tostr $name]]')).toBe('*1;*2;*3');
    expect(await rig.run(':local comment "zz"; :put [:len [/ip/dns/static find where comment!=$comment]]')).toBe('0');
  });

  it('trap: an unquoted prefix matches no property that is text', async () => {
    await rig.run('/ip/address add address=111.111.1.1/24 interface=ether1');
    await rig.run('/ip/firewall/address-list add list=x address=10.0.0.0/8');
    await rig.run('/ip/route add dst-address=10.0.0.0/8 gateway=10.0.0.1');
    const counts = `:put [:len [/ip/address find where address=111.111.1.1/24]]
:put [:len [/ip/address find where address="111.111.1.1/24"]]
:local rgPrefix 111.111.1.1/24
:put [:len [/ip/address find where address=$rgPrefix]]
:put [:len [/ip/address find where address=[:tostr $rgPrefix]]]
:put [:len [/ip/firewall/address-list find where address=10.0.0.0/8]]
:put [:len [/ip/firewall/address-list find where address="10.0.0.0/8"]]
:put [:len [/ip/route find where dst-address=10.0.0.0/8]]`;
    expect(await rig.run(counts)).toBe('0\r\n1\r\n0\r\n1\r\n0\r\n1\r\n1');
  });

  it('a lone where is refused', async () => {
    expect(await rig.run('/ip/dns/static/print where')).toBe('missing value for where (line 1 column 27)');
  });
});

describe('commands', () => {
  beforeEach(addHosts);

  it('print counts, lists and gives values', async () => {
    expect(await rig.run('/ip/dns/static/print count-only where !disabled')).toBe('2');
    expect(await rig.run(':local n [/ip/dns/static print count-only where disabled]; :put "n=$n"')).toBe('n=1');
    expect(await rig.run(':put ([:pick [/ip/dns/static print as-value where name=b.lan] 0]->"address")')).toBe(
      '10.0.0.2',
    );
    expect(await rig.run('/ip/dns/static print as-value')).toBe('');
    expect(await rig.run('/ip/dns/static print where name=b.lan')).toContain('name=b.lan');
    expect(await rig.run(':put ([/ip/dns print as-value]->"servers")')).toBe('1.1.1.1,8.8.8.8');
  });

  it('add gives the id of the new row', async () => {
    expect(
      await rig.run(':local id [/ip/dns/static add name=d.lan address=10.9.9.9]; :put [/ip/dns/static get $id name]'),
    ).toBe('d.lan');
  });

  it.each(['[find name=b.lan]', '*2', 'b.lan', '"b.lan"', 'numbers=*2', 'numbers=[find where disabled]'])(
    'set %s changes that row',
    async (row) => {
      expect(await rig.run(`/ip/dns/static set ${row} comment="new text" ttl=5m`)).toBe('');
      expect(rig.router.read('/ip/dns/static').map((host) => host['comment'])).toEqual([
        'first host',
        'new text',
        'third',
      ]);
      expect(rig.router.read('/ip/dns/static')[1]?.['ttl']).toBe('5m');
    },
  );

  it('set and remove of nothing found do nothing', async () => {
    expect(
      await rig.run('/ip/dns/static set [find name=nobody] ttl=1s; /ip/dns/static remove [find name=nobody]'),
    ).toBe('');
    expect(rig.router.writes).toHaveLength(3);
  });

  it('enable, disable, remove, move and unset', async () => {
    await rig.run('/ip/dns/static enable b.lan; /ip/dns/static disable [find where name=a.lan or name=c.lan]');
    expect(rig.router.read('/ip/dns/static').map((host) => host['disabled'])).toEqual(['true', 'false', 'true']);
    await rig.run('/ip/dns/static remove a.lan,c.lan');
    expect(rig.names('/ip/dns/static')).toEqual(['b.lan']);
    await rig.run('/ip/dns/static set b.lan !ttl');
    expect(rig.router.read('/ip/dns/static')[0]).not.toHaveProperty('ttl');
    await rig.run(`/ip firewall filter
add chain=input comment=one
add chain=input comment=two
add chain=input comment=three
move [find comment=three] destination=[find comment=one]
move [find comment=one]`);
    expect(rig.router.read('/ip/firewall/filter').map((rule) => rule['comment'])).toEqual(['three', 'two', 'one']);
  });

  it('settings menus are set and read without a row', async () => {
    expect(
      await rig.run('/ip dns set servers=9.9.9.9,1.0.0.1 allow-remote-requests=yes; :put [/ip dns get servers]'),
    ).toBe('9.9.9.9,1.0.0.1');
    expect(await rig.run(':put ([/system identity get]->"name")')).toBe('MikroTik');
  });

  it('get gives booleans and numbers that print as the router shows them', async () => {
    await rig.run('/ip/dns/static set a.lan comment=007');
    expect(
      await rig.run(
        ':put [:typeof [/ip/dns/static get a.lan disabled]]; :put [/ip/dns/static get a.lan comment]; :put [/ip/dns/static get a.lan ttl]',
      ),
    ).toBe('bool\r\n007\r\n10m');
  });

  it('source={…} keeps the text between its braces', async () => {
    await rig.run('/system script add name=s policy=read source={ :put "a$b"; :put [:len "x"] }');
    expect(rig.router.read('/system/script')[0]?.['source']).toBe(' :put "a$b"; :put [:len "x"] ');
  });

  it('/tool ping counts the answers', async () => {
    expect(await rig.run(':put [/tool ping 192.168.88.1 count=3]; :put [/tool/ping address=10.1.1.1 count=2]')).toBe(
      '3\r\n0',
    );
  });
});

describe('errors', () => {
  it.each([
    [
      '/ip/address add address=10.0.0.1/24 interface=nope',
      'input does not match any value of interface (/ip/address/add (interface); line 1)',
    ],
    ['\n/ip/address/add interface=ether1', 'missing value(s) of argument(s) address (/ip/address/add; line 2)'],
    ['/system script set gone name=x', 'no such item (/system/script/set; line 1)'],
    ['/ip/dns/static set *FF ttl=1s', 'no such item (/ip/dns/static/set; line 1)'],
    ['/ip/dns/static remove 0', 'no such item (/ip/dns/static/remove; line 1)'],
    ['/ip/dns/static remove $undeclared', 'missing value(s) of argument(s) numbers (/ip/dns/static/remove; line 1)'],
    ['/system script run nobody', 'no such item (/system/script/run; line 1)'],
    ['/ip/nonsense/add x=1', 'bad command name ip (line 1 column 2)'],
    ['/ip/dns/static/frobnicate x=1 do={:put (1)}', 'bad command name frobnicate (line 1 column 16)'],
    [':frobnicate', 'bad command name frobnicate (line 1 column 2)'],
  ])('%j answers %j', async (script, text) => {
    expect(await rig.run(script)).toBe(text);
  });

  it('an error in the middle keeps the rows before it', async () => {
    const script = `{/ip/address add address=10.0.0.1/24 interface=ether1
/ip/address add address=10.0.0.1/24 interface=ether2
/ip/address add address=10.0.0.3/24 interface=ether1
:put "rg-done"}`;
    expect(await rig.run(script)).toBe('failure: already have such address (/ip/address/add; line 2)');
    expect(rig.router.read('/ip/address').map((row) => row['address'])).toEqual(['10.0.0.1/24']);
  });

  it('rights are those of the caller', async () => {
    expect(await rig.run('/ip/dns/static add name=x', callerWith('read'))).toBe(
      'not enough permissions (9) (/ip/dns/static/add; line 1)',
    );
    expect(await rig.run(':put [/tool ping 192.168.88.1 count=1]', callerWith('read', 'write'))).toContain(
      'not enough permissions',
    );
    expect(await rig.run(':put [/ip/dns/get servers]', callerWith('write'))).toContain('not enough permissions');
    expect(rig.names('/ip/dns/static')).toEqual([]);
  });
});
