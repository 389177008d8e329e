"""Has PyYAML read and write YAML: one JSON case a line in, one JSON answer a line out.

{"text": "a: 1"}                    -> {"documents": [{"a": 1}]} or {"error": "..."}
{"value": {"a": 1}, "options": {}}  -> {"text": "a: 1\n"}; the options are those of yaml.dump
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
            answer = {"text": yaml.safe_dump(case["value"], sort_keys=False, **case["options"])}
        print(json.dumps(answer))
    except Exception as error:
        print(json.dumps({"error": " ".join(str(error).split())}))
