"""Has PyYAML read and write YAML: one JSON case a line in, one JSON answer a line out.

{"text": "a: 1"}                    -> {"documents": [{"a": 1}]} or {"error": "..."}
{"value": {"a": 1}, "options": {}}  -> {"text": "a: 1\n", "documents": [...]}, with the options of yaml.dump;
what PyYAML reads of its own text is not always what it wrote
"""

import json
import sys

import yaml

for line in sys.stdin:
    case = json.loads(line)
    try:
        if "text" in case:
            answer = {"documents": list(yaml.safe_load_all(case["text"]))}
        else:
            text = yaml.safe_dump(case["value"], sort_keys=False, **case["options"])
            answer = {"text": text, "documents": list(yaml.safe_load_all(text))}
        print(json.dumps(answer))
    except Exception as error:
        print(json.dumps({"error": " ".join(str(error).split())}))
