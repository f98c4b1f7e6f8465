"""What each rule of house.yaml must find, and a line beside it that it must let pass; never run."""

import hmac
import json
import os
import pickle
import subprocess
import xml.etree.ElementTree

import yaml

# ruleid: no-unpickling
pickle.load(open("model.bin", "rb"))
# ok: no-unpickling
json.load(open("model.json"))

# ruleid: no-unfurled-post
client.chat_postMessage(channel="C1", text="see https://evil.example")
# ok: no-unfurled-post
client.chat_postMessage(channel="C1", text="x", unfurl_links=False, unfurl_media=False)

# ruleid: no-unsafe-yaml
yaml.load("a: b")
# ok: no-unsafe-yaml
yaml.safe_load("a: b")

# ruleid: no-shell
subprocess.run("ls " + folder, shell=True)
# ruleid: no-shell
os.system("ls")
# ok: no-shell
subprocess.run(["ls", folder])

# ruleid: no-code-from-text
eval(text)
# ok: no-code-from-text
int(text)

# ruleid: secrets-are-compared-in-constant-time
digest.hexdigest() == given
# ok: secrets-are-compared-in-constant-time
hmac.compare_digest(digest.hexdigest(), given)

# ruleid: no-xml-of-the-standard-library
xml.etree.ElementTree.parse("feed.xml")
# ok: no-xml-of-the-standard-library
defusedxml.ElementTree.parse("feed.xml")
