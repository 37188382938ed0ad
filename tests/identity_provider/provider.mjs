// A provider as a region's: authorization code with PKCE, a page that asks who signs in, RP-initiated logout.
// Arguments: the port, and the client and accounts as JSON.
import { Provider } from 'oidc-provider';

const [port, client, accounts] = [Number(process.argv[2]), ...process.argv.slice(3).map((text) => JSON.parse(text))];

const provider = new Provider(`http://127.0.0.1:${port}`, {
  clients: [client],
  pkce: { required: () => true },
  claims: { openid: ['sub'], email: ['email', 'email_verified'], profile: ['preferred_username'] },
  findAccount: async (_context, sub) => ({
    accountId: sub,
    claims: async () => ({ sub, ...(accounts[sub] ?? {}) }),
  }),
});

provider.listen(port, '127.0.0.1', () => console.log('listening'));
