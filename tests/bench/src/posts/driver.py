"""Sends creates with a client from PyPI: driver.py PACKAGE BASE_URL CREATES [SECONDS]

The client is as it comes: repeats and pauses are its own. It is told to time out only where SECONDS are given.
"""

import importlib
import sys

package, base_url, creates = sys.argv[1:4]
seconds = [float(seconds) for seconds in sys.argv[4:]]


def openai():
    import openai

    timeout = {"timeout": seconds[0]} if seconds else {}
    client = openai.OpenAI(api_key="mock-key", base_url=f"{base_url}/v1", **timeout)
    return lambda: client.videos.create(model="sora-2", prompt="A cute cat.")


def fal():
    import fal_client

    # The package can be told another host, but puts https before it.
    importlib.import_module("fal_client.client").QUEUE_URL_FORMAT = f"{base_url}/"
    timeout = {"default_timeout": seconds[0]} if seconds else {}
    client = fal_client.SyncClient(key="mock-key", **timeout)
    return lambda: client.submit("fal-ai/kling-video/v2/master/text-to-video", arguments={"prompt": "A cute cat."})


create = {"openai": openai, "fal-client": fal}[package]()
for _ in range(int(creates)):
    try:
        create()
    except Exception as error:
        print(f"{type(error).__name__}: {error}", file=sys.stderr)
