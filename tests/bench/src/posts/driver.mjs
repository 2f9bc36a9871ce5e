// Sends creates with a client from npm: driver.mjs PACKAGE BASE_URL CREATES [SECONDS]
//
// The client is as it comes: repeats and pauses are its own. It is told to time out only where SECONDS are given.

const [name, baseUrl, creates, seconds] = process.argv.slice(2);
const milliseconds = seconds && Number(seconds) * 1000;

async function openai() {
  const { default: OpenAI } = await import("openai");
  const timeout = milliseconds ? { timeout: milliseconds } : {};
  const client = new OpenAI({ apiKey: "mock-key", baseURL: `${baseUrl}/v1`, ...timeout });
  return () => client.videos.create({ model: "sora-2", prompt: "A cute cat." });
}

async function fal() {
  const { createFalClient } = await import("@fal-ai/client");
  const client = createFalClient({
    credentials: "mock-key",
    // The package knows one host alone.
    requestMiddleware: async (request) => ({ ...request, url: request.url.replace("https://queue.fal.run", baseUrl) }),
  });
  const input = { prompt: "A cute cat." };
  // It knows no timeout but the caller's own signal, which is for all that it sends.
  const timeout = () => (milliseconds ? { abortSignal: AbortSignal.timeout(milliseconds) } : {});
  return () => client.queue.submit("fal-ai/kling-video/v2/master/text-to-video", { input, ...timeout() });
}

const create = await { openai, "@fal-ai/client": fal }[name]();
for (let sent = 0; sent < Number(creates); sent += 1) {
  try {
    await create();
  } catch (error) {
    console.error(String(error));
  }
  // A connection is free again a moment after its answer was read.
  await new Promise((resolve) => setTimeout(resolve, 50));
}
// Connections that are kept would keep the process.
process.exit(0);
