"""make-wheels.py <folder of unpacked packages of Debian> <folder for wheels>: of each project below it a wheel, which names no others that it needs."""

import sys
import zipfile
from email.parser import HeaderParser
from pathlib import Path

packages, wheels = (Path(word) for word in sys.argv[1:])
for info in packages.glob("*/usr/lib/python3/dist-packages/*.*-info"):
    about = HeaderParser().parsestr(next(info.glob("[MP]*")).read_text())
    name, version = about["Name"].replace("-", "_"), about["Version"]
    here = f"{name}-{version}.dist-info"
    entries = {
        "METADATA": f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n",
        "WHEEL": "Wheel-Version: 1.0\nGenerator: make-wheels\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    }
    if (info / "entry_points.txt").exists():
        entries["entry_points.txt"] = (info / "entry_points.txt").read_text()
    files = [file for file in info.parent.rglob("*.py*") if info not in file.parents and file.is_file()]
    names = [str(file.relative_to(info.parent)) for file in files] + [f"{here}/{entry}" for entry in entries] + [f"{here}/RECORD"]
    entries["RECORD"] = "".join(f"{path},,\n" for path in names)
    with zipfile.ZipFile(wheels / f"{name}-{version}-py3-none-any.whl", "w") as wheel:
        for file in files:
            wheel.write(file, file.relative_to(info.parent))
        for entry, text in entries.items():
            wheel.writestr(f"{here}/{entry}", text)
        print(f"{name}=={version}")
